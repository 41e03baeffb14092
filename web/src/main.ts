import { mount } from 'svelte'
import './styles/fonts.css'
import './styles/desk.css'
import App from './App.svelte'

const target = document.getElementById('desk')
if (target === null) throw new Error('the page has no place for the desk')
mount(App, { target })
